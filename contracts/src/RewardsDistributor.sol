// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {NoncesUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title What nodes earned, epoch by epoch
/// @notice A root commits to what each account earned since the beginning, so one claim pays all that is due. A new
/// root waits out a dispute window, in which a guardian may veto it; the root before it pays meanwhile.
contract RewardsDistributor is AccessControlUpgradeable, EIP712Upgradeable, NoncesUpgradeable, UUPSUpgradeable {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    /// @notice May submit roots: the gateway's settler.
    bytes32 public constant SETTLER_ROLE = keccak256("SETTLER_ROLE");
    /// @notice May veto a root in its dispute window, and hold new roots back.
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant CLAIM_AND_STAKE_TYPEHASH =
        keccak256("ClaimAndStake(address account,uint256 cumulative,uint256 nonce,uint256 deadline)");
    uint64 public constant SHORTEST_DISPUTE_WINDOW = 1;
    uint64 public constant LONGEST_DISPUTE_WINDOW = 14 days;

    /// @notice The state of roots, in one slot: claims read it.
    struct Epochs {
        uint64 live;
        /// @notice 0 when no root is pending.
        uint64 pending;
        uint64 pendingLiveAt;
        /// @notice New roots are held back; the live one pays on.
        bool held;
    }

    /// @notice Sums over all accounts since the beginning, in wei of the token.
    struct Totals {
        uint128 promised;
        uint128 claimed;
    }

    IERC20 private _token;
    IERC4626 private _staking;
    uint64 private _disputeWindow;
    Epochs private _epochs;
    bytes32 private _liveRoot;
    Totals private _totals;
    bytes32 private _pendingRoot;
    uint128 private _pendingPromised;
    mapping(address account => uint256) private _claimed;

    event RootSubmitted(uint64 indexed epoch, bytes32 root, uint256 promised, uint64 liveAt);
    event RootVetoed(uint64 indexed epoch, bytes32 root, address by);
    event RootLive(uint64 indexed epoch, bytes32 root);
    event Claimed(address indexed account, uint256 amount, uint256 cumulative);
    event RootsHeld(bool held, address by);
    event DisputeWindowChanged(uint64 window);

    error WrongEpoch(uint64 expected);
    error RootIsPending(uint64 epoch, uint64 liveAt);
    error NoPendingRoot(uint64 epoch);
    error PromisedLess(uint256 before);
    error Underfunded(uint256 missing);
    error NotInRoot();
    error NothingToClaim(uint256 claimed);
    error MoreThanPromised();
    error SignatureExpired(uint256 deadline);
    error BadSignature();
    error BadDisputeWindow();
    error RootsAreHeld();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @param admin the governance's timelock.
    /// @param staking_ a vault of the same token.
    /// @param disputeWindow_ in seconds; epochs must be longer.
    function initialize(IERC20 token_, IERC4626 staking_, address admin, uint64 disputeWindow_) external initializer {
        __AccessControl_init();
        __EIP712_init("Gata RewardsDistributor", "1");
        _token = token_;
        _staking = staking_;
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _setDisputeWindow(disputeWindow_);
    }

    function token() external view returns (IERC20) {
        return _token;
    }

    function staking() external view returns (IERC4626) {
        return _staking;
    }

    function disputeWindow() external view returns (uint64) {
        return _disputeWindow;
    }

    /// @notice The root that claims are checked against now.
    function liveRoot() external view returns (uint64 epoch, bytes32 root, uint256 promised) {
        if (_isDue(_epochs)) return (_epochs.pending, _pendingRoot, _pendingPromised);
        return (_epochs.live, _liveRoot, _totals.promised);
    }

    /// @notice The root that waits, or epoch 0.
    function pendingRoot() external view returns (uint64 epoch, bytes32 root, uint256 promised, uint64 liveAt) {
        Epochs memory epochs = _epochs;
        if (epochs.pending == 0 || _isDue(epochs)) return (0, 0, 0, 0);
        return (epochs.pending, _pendingRoot, _pendingPromised, epochs.pendingLiveAt);
    }

    function rootsHeld() external view returns (bool) {
        return _epochs.held;
    }

    /// @notice What an account was paid since the beginning, in wei of the token.
    function claimed(address account) external view returns (uint256) {
        return _claimed[account];
    }

    function totalClaimed() external view returns (uint256) {
        return _totals.claimed;
    }

    /// @notice Commits to the end of an epoch.
    /// @param root of a tree of OpenZeppelin's standard leaves (address account, uint256 cumulative).
    /// @param promised the sum of the tree's amounts, which must be here or already paid.
    function submitRoot(uint64 epoch, bytes32 root, uint256 promised) external onlyRole(SETTLER_ROLE) {
        _promote();
        Epochs memory epochs = _epochs;
        if (epochs.held) revert RootsAreHeld();
        // Replacing a pending root would start its window again, and it might never go live.
        if (epochs.pending != 0) revert RootIsPending(epochs.pending, epochs.pendingLiveAt);
        if (epoch != epochs.live + 1) revert WrongEpoch(epochs.live + 1);
        if (promised < _totals.promised) revert PromisedLess(_totals.promised);
        uint256 funds = _token.balanceOf(address(this)) + _totals.claimed;
        if (funds < promised) revert Underfunded(promised - funds);
        uint64 liveAt = uint64(block.timestamp) + _disputeWindow;
        _epochs.pending = epoch;
        _epochs.pendingLiveAt = liveAt;
        _pendingRoot = root;
        _pendingPromised = promised.toUint128();
        emit RootSubmitted(epoch, root, promised, liveAt);
    }

    /// @notice Takes a pending root away; the settler may submit another for the same epoch.
    function veto(uint64 epoch) external onlyRole(GUARDIAN_ROLE) {
        Epochs memory epochs = _epochs;
        if (epochs.pending == 0 || epochs.pending != epoch || _isDue(epochs)) revert NoPendingRoot(epoch);
        emit RootVetoed(epoch, _pendingRoot, msg.sender);
        _clearPending();
    }

    /// @notice Holds new roots back, or lets them through with a new dispute window. The live root pays either way.
    function holdRoots(bool held) external onlyRole(GUARDIAN_ROLE) {
        _promote();
        if (_epochs.held && !held && _epochs.pending != 0) {
            _epochs.pendingLiveAt = uint64(block.timestamp) + _disputeWindow;
        }
        _epochs.held = held;
        emit RootsHeld(held, msg.sender);
    }

    function setDisputeWindow(uint64 window) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setDisputeWindow(window);
    }

    /// @notice Pays an account what it earned and was not paid yet. Anyone may call; only the account is paid.
    /// @param cumulative what the live root says for the account.
    /// @return amount that was paid, in wei of the token.
    function claim(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256 amount) {
        amount = _take(account, cumulative, proof);
        _token.safeTransfer(account, amount);
    }

    /// @notice Claims for an account and stakes it for the account, by the account itself or with its signature.
    /// @param signature EIP-712 of `ClaimAndStake` by the account, a contract's as of ERC-1271; empty from itself.
    /// @return amount that was claimed.
    /// @return shares that the account got.
    function claimAndStake(
        address account,
        uint256 cumulative,
        bytes32[] calldata proof,
        uint256 deadline,
        bytes calldata signature
    ) external returns (uint256 amount, uint256 shares) {
        if (msg.sender != account) {
            if (block.timestamp > deadline) revert SignatureExpired(deadline);
            bytes32 digest = _hashTypedDataV4(
                keccak256(abi.encode(CLAIM_AND_STAKE_TYPEHASH, account, cumulative, _useNonce(account), deadline))
            );
            if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert BadSignature();
        }
        amount = _take(account, cumulative, proof);
        _token.forceApprove(address(_staking), amount);
        shares = _staking.deposit(amount, account);
    }

    /// @notice Governance may take what no root promises.
    function withdrawSurplus(address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _promote();
        uint256 promised = _epochs.pending == 0 ? _totals.promised : _pendingPromised;
        uint256 needed = promised - _totals.claimed + amount;
        uint256 balance = _token.balanceOf(address(this));
        if (balance < needed) revert Underfunded(needed - balance);
        _token.safeTransfer(to, amount);
    }

    function _take(address account, uint256 cumulative, bytes32[] calldata proof) private returns (uint256 amount) {
        _promote();
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        if (!MerkleProof.verifyCalldata(proof, _liveRoot, leaf)) revert NotInRoot();
        uint256 before = _claimed[account];
        if (cumulative <= before) revert NothingToClaim(before);
        amount = cumulative - before;
        Totals memory totals = _totals;
        // A tree whose amounts add up to more than its promise must not pay with what belongs to a later epoch.
        if (totals.claimed + amount > totals.promised) revert MoreThanPromised();
        _claimed[account] = cumulative;
        _totals.claimed = totals.claimed + amount.toUint128();
        emit Claimed(account, amount, cumulative);
    }

    function _isDue(Epochs memory epochs) private view returns (bool) {
        return epochs.pending != 0 && !epochs.held && block.timestamp >= epochs.pendingLiveAt;
    }

    function _promote() private {
        Epochs memory epochs = _epochs;
        if (!_isDue(epochs)) return;
        _liveRoot = _pendingRoot;
        _totals.promised = _pendingPromised;
        _epochs.live = epochs.pending;
        emit RootLive(epochs.pending, _pendingRoot);
        _clearPending();
    }

    function _clearPending() private {
        _epochs.pending = 0;
        _epochs.pendingLiveAt = 0;
        _pendingRoot = 0;
        _pendingPromised = 0;
    }

    function _setDisputeWindow(uint64 window) private {
        if (window < SHORTEST_DISPUTE_WINDOW || window > LONGEST_DISPUTE_WINDOW) revert BadDisputeWindow();
        _disputeWindow = window;
        emit DisputeWindowChanged(window);
    }

    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
}
