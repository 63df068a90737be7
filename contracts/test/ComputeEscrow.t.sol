// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ComputeEscrow} from "../src/ComputeEscrow.sol";
import {NetworkParameters} from "../src/NetworkParameters.sol";
import {TestBase} from "./support/TestBase.sol";

contract ComputeEscrowTest is TestBase {
    uint256 private constant BUYER_KEY = 0xB0B;
    address private buyer;

    function setUp() public {
        deployAll();
        buyer = vm.addr(BUYER_KEY);
        fund(buyer, 1_000 * GATA, address(escrow));
        vm.prank(buyer);
        escrow.deposit(buyer, 100 * GATA);
    }

    function voucher(uint256 key, address gateway, uint256 cumulative)
        private
        view
        returns (ComputeEscrow.Voucher[] memory vouchers)
    {
        bytes32 message = keccak256(abi.encode(escrow.VOUCHER_TYPEHASH(), buyer, gateway, cumulative));
        vouchers = new ComputeEscrow.Voucher[](1);
        bytes memory signature = sign(key, domainOf(IERC5267(address(escrow))), message);
        vouchers[0] = ComputeEscrow.Voucher(buyer, gateway, cumulative, signature);
    }

    function testAChargeIsSplitAsGovernanceDecided() public {
        vm.prank(ANYONE);
        equal(escrow.charge(voucher(BUYER_KEY, SETTLER, 10 * GATA)), 10 * GATA, "sum");
        equal(escrow.depositOf(buyer), 90 * GATA, "deposit");
        equal(token.balanceOf(address(rewards)), 8 * GATA, "nodes");
        equal(token.balanceOf(TREASURY), GATA / 2, "protocol");
        equal(escrow.stakersShare(), 15 * GATA / 10, "stakers");
        escrow.payStakers();
        equal(token.balanceOf(address(staking)), 15 * GATA / 10, "staking");
        vm.expectRevert(ComputeEscrow.ZeroAmount.selector);
        escrow.payStakers();
    }

    function testVouchersAreCumulative() public {
        escrow.charge(voucher(BUYER_KEY, SETTLER, 10 * GATA));
        escrow.charge(voucher(BUYER_KEY, SETTLER, 25 * GATA));
        equal(escrow.charged(buyer, SETTLER), 25 * GATA, "charged");
        equal(escrow.depositOf(buyer), 75 * GATA, "deposit");
        ComputeEscrow.Voucher[] memory old = voucher(BUYER_KEY, SETTLER, 10 * GATA);
        vm.expectRevert(abi.encodeWithSelector(ComputeEscrow.NothingToCharge.selector, 25 * GATA));
        escrow.charge(old);
    }

    function testOnlyTheBuyerSigns() public {
        ComputeEscrow.Voucher[] memory forged = voucher(0xBAD, SETTLER, 10 * GATA);
        vm.expectRevert(abi.encodeWithSelector(ComputeEscrow.BadSignature.selector, buyer));
        escrow.charge(forged);
        ComputeEscrow.Voucher[] memory altered = voucher(BUYER_KEY, SETTLER, 10 * GATA);
        altered[0].cumulative = 11 * GATA;
        vm.expectRevert(abi.encodeWithSelector(ComputeEscrow.BadSignature.selector, buyer));
        escrow.charge(altered);
    }

    function testOnlyGatewaysCharge() public {
        ComputeEscrow.Voucher[] memory stranger = voucher(BUYER_KEY, ANYONE, 10 * GATA);
        vm.expectRevert(abi.encodeWithSelector(ComputeEscrow.NotAGateway.selector, ANYONE));
        escrow.charge(stranger);
    }

    function testAChargeNeedsADeposit() public {
        ComputeEscrow.Voucher[] memory dear = voucher(BUYER_KEY, SETTLER, 101 * GATA);
        vm.expectRevert(
            abi.encodeWithSelector(ComputeEscrow.DepositTooSmall.selector, buyer, 100 * GATA, 101 * GATA)
        );
        escrow.charge(dear);
        vm.expectRevert(ComputeEscrow.ZeroAmount.selector);
        escrow.charge(new ComputeEscrow.Voucher[](0));
        vm.expectRevert(ComputeEscrow.ZeroAmount.selector);
        escrow.deposit(buyer, 0);
    }

    function testAWithdrawalWaitsForItsNoticeWhileVouchersStillCount() public {
        vm.prank(buyer);
        escrow.requestWithdrawal(uint192(95 * GATA));
        equal(escrow.availableTo(buyer), 5 * GATA, "what gateways may count on");
        uint64 releasedAt = uint64(vm.getBlockTimestamp()) + NOTICE;
        equal(escrow.withdrawalOf(buyer).releasedAt, releasedAt, "released at");
        vm.expectRevert(abi.encodeWithSelector(ComputeEscrow.NotReleased.selector, releasedAt));
        escrow.withdraw(buyer);
        escrow.charge(voucher(BUYER_KEY, SETTLER, 20 * GATA));
        equal(escrow.availableTo(buyer), 0, "nothing to count on");
        pass(NOTICE);
        vm.prank(ANYONE);
        equal(escrow.withdraw(buyer), 80 * GATA, "what vouchers left");
        equal(token.balanceOf(buyer), 980 * GATA, "wallet");
        vm.expectRevert(ComputeEscrow.NothingRequested.selector);
        escrow.withdraw(buyer);
    }

    function testARequestCanBeTakenBack() public {
        vm.prank(buyer);
        escrow.requestWithdrawal(uint192(50 * GATA));
        vm.prank(buyer);
        escrow.requestWithdrawal(0);
        equal(escrow.availableTo(buyer), 100 * GATA, "available");
        vm.expectRevert(ComputeEscrow.NothingRequested.selector);
        escrow.withdraw(buyer);
        vm.expectRevert(
            abi.encodeWithSelector(ComputeEscrow.DepositTooSmall.selector, buyer, 100 * GATA, 101 * GATA)
        );
        vm.prank(buyer);
        escrow.requestWithdrawal(uint192(101 * GATA));
    }

    function testGovernanceSetsTheNotice() public {
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, ANYONE, bytes32(0))
        );
        vm.prank(ANYONE);
        escrow.setNotice(1);
        vm.startPrank(ADMIN);
        escrow.setNotice(1 days);
        equal(escrow.notice(), 1 days, "notice");
        vm.expectRevert(ComputeEscrow.BadNotice.selector);
        escrow.setNotice(0);
        vm.expectRevert(ComputeEscrow.BadNotice.selector);
        escrow.setNotice(31 days);
        address next = address(new ComputeEscrow());
        escrow.upgradeToAndCall(next, "");
        vm.stopPrank();
        equal(escrow.depositOf(buyer), 100 * GATA, "deposit");
        require(address(escrow.token()) == address(token), "token");
        require(address(escrow.parameters()) == address(parameters), "parameters");
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, ANYONE, bytes32(0))
        );
        vm.prank(ANYONE);
        escrow.upgradeToAndCall(next, "");
    }

    function testFuzzTheSplitLosesNothing(uint96 amount, uint16 protocol, uint16 stakers) public {
        uint16 toProtocol = uint16(bound(protocol, 0, 2_500));
        uint16 toStakers = uint16(bound(stakers, 0, 2_500));
        vm.prank(ADMIN);
        parameters.setFeeSplit(
            NetworkParameters.FeeSplit(10_000 - toProtocol - toStakers, toProtocol, toStakers)
        );
        uint256 charged = bound(amount, 1, 100 * GATA);
        escrow.charge(voucher(BUYER_KEY, SETTLER, charged));
        uint256 shares = token.balanceOf(address(rewards)) + token.balanceOf(TREASURY) + escrow.stakersShare();
        equal(shares, charged, "shares");
        equal(token.balanceOf(address(escrow)), escrow.depositOf(buyer) + escrow.stakersShare(), "what is here");
    }
}
