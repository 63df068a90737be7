// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {GataStaking} from "./GataStaking.sol";
import {NetworkParameters} from "./NetworkParameters.sol";

/// @title Buyers' deposits, charged by vouchers
/// @notice A buyer signs, off the chain, what a gateway may have charged since the beginning; only the newest voucher
/// is ever submitted, so a job costs no transaction. What is charged is split as governance decided.
contract ComputeEscrow is AccessControlUpgradeable, EIP712Upgradeable, UUPSUpgradeable {
    using SafeERC20 for IERC20;

    /// @notice Gateways that may charge.
    bytes32 public constant GATEWAY_ROLE = keccak256("GATEWAY_ROLE");
    bytes32 public constant VOUCHER_TYPEHASH = keccak256("Voucher(address buyer,address gateway,uint256 cumulative)");
    uint64 public constant LONGEST_NOTICE = 30 days;

    struct Voucher {
        address buyer;
        address gateway;
        /// @notice All that the gateway may have charged the buyer since the beginning, in wei of the token.
        uint256 cumulative;
        /// @notice EIP-712 by the buyer, a contract's as of ERC-1271.
        bytes signature;
    }

    struct Withdrawal {
        uint192 amount;
        uint64 releasedAt;
    }

    IERC20 private _token;
    NetworkParameters private _parameters;
    GataStaking private _staking;
    /// @notice Holds the nodes' share: the rewards distributor.
    address private _nodes;
    uint64 private _notice;
    mapping(address buyer => uint256) private _deposits;
    mapping(address buyer => Withdrawal) private _withdrawals;
    mapping(address buyer => mapping(address gateway => uint256)) private _charged;
    uint256 private _stakersShare;

    event Deposited(address indexed buyer, address indexed by, uint256 amount);
    event Charged(address indexed buyer, address indexed gateway, uint256 amount, uint256 cumulative);
    event Split(uint256 toNodes, uint256 toProtocol, uint256 toStakers);
    event WithdrawalRequested(address indexed buyer, uint256 amount, uint64 releasedAt);
    event Withdrawn(address indexed buyer, uint256 amount);
    event NoticeChanged(uint64 notice);

    error ZeroAmount();
    error NotAGateway(address gateway);
    error BadSignature(address buyer);
    error NothingToCharge(uint256 charged);
    error DepositTooSmall(address buyer, uint256 deposit, uint256 amount);
    error NothingRequested();
    error NotReleased(uint64 releasedAt);
    error BadNotice();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @param nodes the rewards distributor.
    /// @param notice_ that a buyer gives before money leaves, in seconds: gateways submit their vouchers in it.
    function initialize(
        IERC20 token_,
        NetworkParameters parameters_,
        GataStaking staking_,
        address nodes,
        address admin,
        uint64 notice_
    ) external initializer {
        __AccessControl_init();
        __EIP712_init("Gata ComputeEscrow", "1");
        _token = token_;
        _parameters = parameters_;
        _staking = staking_;
        _nodes = nodes;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _setNotice(notice_);
    }

    function token() external view returns (IERC20) {
        return _token;
    }

    function parameters() external view returns (NetworkParameters) {
        return _parameters;
    }

    function notice() external view returns (uint64) {
        return _notice;
    }

    /// @notice What a buyer has here, a requested withdrawal included, in wei of the token.
    function depositOf(address buyer) external view returns (uint256) {
        return _deposits[buyer];
    }

    /// @notice What a gateway may count on: the deposit without a requested withdrawal.
    function availableTo(address buyer) external view returns (uint256) {
        uint256 deposit_ = _deposits[buyer];
        uint256 leaving = _withdrawals[buyer].amount;
        return deposit_ > leaving ? deposit_ - leaving : 0;
    }

    function charged(address buyer, address gateway) external view returns (uint256) {
        return _charged[buyer][gateway];
    }

    function withdrawalOf(address buyer) external view returns (Withdrawal memory) {
        return _withdrawals[buyer];
    }

    /// @notice The stakers' share that waits for `payStakers`.
    function stakersShare() external view returns (uint256) {
        return _stakersShare;
    }

    function deposit(address buyer, uint256 amount) external {
        if (amount == 0) revert ZeroAmount();
        _deposits[buyer] += amount;
        emit Deposited(buyer, msg.sender, amount);
        _token.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @notice Gives notice of a withdrawal; 0 takes it back. A new request replaces the one before.
    function requestWithdrawal(uint192 amount) external {
        if (amount > _deposits[msg.sender]) revert DepositTooSmall(msg.sender, _deposits[msg.sender], amount);
        uint64 releasedAt = amount == 0 ? 0 : uint64(block.timestamp) + _notice;
        _withdrawals[msg.sender] = Withdrawal(amount, releasedAt);
        emit WithdrawalRequested(msg.sender, amount, releasedAt);
    }

    /// @notice Pays what was requested, or what vouchers left of it. Anyone may call; only the buyer is paid.
    function withdraw(address buyer) external returns (uint256 amount) {
        Withdrawal memory request = _withdrawals[buyer];
        if (request.amount == 0) revert NothingRequested();
        if (block.timestamp < request.releasedAt) revert NotReleased(request.releasedAt);
        uint256 deposit_ = _deposits[buyer];
        amount = request.amount < deposit_ ? request.amount : deposit_;
        delete _withdrawals[buyer];
        _deposits[buyer] = deposit_ - amount;
        emit Withdrawn(buyer, amount);
        _token.safeTransfer(buyer, amount);
    }

    /// @notice Charges buyers by their vouchers, and splits the sum. Anyone may submit them.
    /// @return sum charged, in wei of the token.
    function charge(Voucher[] calldata vouchers) external returns (uint256 sum) {
        for (uint256 index = 0; index < vouchers.length; ++index) sum += _charge(vouchers[index]);
        if (sum == 0) revert ZeroAmount();
        NetworkParameters.FeeSplit memory split = _parameters.feeSplit();
        uint256 toProtocol = (sum * split.protocol) / _parameters.WHOLE();
        uint256 toStakers = (sum * split.stakers) / _parameters.WHOLE();
        // What rounding leaves is the nodes'.
        uint256 toNodes = sum - toProtocol - toStakers;
        _stakersShare += toStakers;
        emit Split(toNodes, toProtocol, toStakers);
        _token.safeTransfer(_nodes, toNodes);
        if (toProtocol != 0) _token.safeTransfer(_parameters.treasury(), toProtocol);
    }

    /// @notice Gives the stakers their share. Anyone may call; apart, so that a charge never fails for it.
    function payStakers() external returns (uint256 amount) {
        amount = _stakersShare;
        if (amount == 0) revert ZeroAmount();
        _stakersShare = 0;
        _token.forceApprove(address(_staking), amount);
        _staking.addReward(amount);
    }

    function setNotice(uint64 notice_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setNotice(notice_);
    }

    function _charge(Voucher calldata voucher) private returns (uint256 amount) {
        if (!hasRole(GATEWAY_ROLE, voucher.gateway)) revert NotAGateway(voucher.gateway);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(VOUCHER_TYPEHASH, voucher.buyer, voucher.gateway, voucher.cumulative))
        );
        if (!SignatureChecker.isValidSignatureNow(voucher.buyer, digest, voucher.signature)) {
            revert BadSignature(voucher.buyer);
        }
        uint256 before = _charged[voucher.buyer][voucher.gateway];
        if (voucher.cumulative <= before) revert NothingToCharge(before);
        amount = voucher.cumulative - before;
        uint256 deposit_ = _deposits[voucher.buyer];
        if (amount > deposit_) revert DepositTooSmall(voucher.buyer, deposit_, amount);
        _charged[voucher.buyer][voucher.gateway] = voucher.cumulative;
        _deposits[voucher.buyer] = deposit_ - amount;
        emit Charged(voucher.buyer, voucher.gateway, amount, voucher.cumulative);
    }

    function _setNotice(uint64 notice_) private {
        if (notice_ == 0 || notice_ > LONGEST_NOTICE) revert BadNotice();
        _notice = notice_;
        emit NoticeChanged(notice_);
    }

    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
}
